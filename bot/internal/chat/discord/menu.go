package discord

import (
	"strings"

	"github.com/bwmarrin/discordgo"

	"pressalert/bot/internal/chat"
)

// locales are the languages in which Discord shows its app (AvailableLocalesEnum of its OpenAPI description).
// Some that the bot speaks are not among them, as Khmer and Burmese: who reads those has Discord in another
// language, and sees the menu in that.
var locales = strings.Fields("ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru " +
	"sv-SE th tr uk vi zh-CN zh-TW")

// localized puts descriptions by language into Discord's terms.
func localized(descriptions map[string]string) map[discordgo.Locale]string {
	all := make(map[discordgo.Locale]string)
	for _, locale := range locales {
		lang, _, _ := strings.Cut(locale, "-")
		if text := descriptions[lang]; text != "" {
			all[discordgo.Locale(locale)] = text
		}
	}
	return all
}

// commands puts a menu into Discord's terms.
func commands(menu []chat.Command) []*discordgo.ApplicationCommand {
	places := []discordgo.InteractionContextType{discordgo.InteractionContextGuild, discordgo.InteractionContextBotDM}
	list := make([]*discordgo.ApplicationCommand, 0, len(menu)) // an empty menu is [], not null
	for _, c := range menu {
		command := &discordgo.ApplicationCommand{
			Type: discordgo.ChatApplicationCommand, Name: c.Name, Description: c.Description, Contexts: &places,
		}
		if others := localized(c.Descriptions); len(others) > 0 {
			command.DescriptionLocalizations = &others
		}
		for _, a := range c.Args {
			command.Options = append(command.Options, option(a))
		}
		list = append(list, command)
	}
	return list
}

func option(a chat.Arg) *discordgo.ApplicationCommandOption {
	o := &discordgo.ApplicationCommandOption{
		Type: discordgo.ApplicationCommandOptionString, Name: a.Name, Description: a.Description, Required: a.Required,
		DescriptionLocalizations: localized(a.Descriptions),
		Autocomplete:             a.Complete && a.Kind != chat.Choice, // Discord takes either choices or suggestions
	}
	switch a.Kind {
	case chat.Number:
		least := float64(a.Min)
		o.Type, o.MinValue, o.MaxValue = discordgo.ApplicationCommandOptionInteger, &least, float64(a.Max)
	case chat.Choice:
		for _, c := range a.Choices {
			o.Choices = append(o.Choices, &discordgo.ApplicationCommandOptionChoice{Name: c, Value: c})
		}
	}
	return o
}
