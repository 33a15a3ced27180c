module pressalert

go 1.26
