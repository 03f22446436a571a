#pragma once

#include <string>

#include "core/text/unicode.h"

namespace fanlight {

/// Appends to a new text what edit(character, text) makes of each character.
template <class Edit>
void edit_characters(std::string& text, const Edit& edit) {
    std::string edited;
    edited.reserve(text.size());
    for (size_t at = 0; at < text.size();) edit(next_character(text, at), edited);
    text = std::move(edited);
}

template <class Predicate>
void remove_characters(std::string& text, const Predicate& removed) {
    edit_characters(text, [&](int32_t character, std::string& edited) {
        if (!removed(character)) append_character(edited, character);
    });
}

template <class Replacement>
void replace_characters(std::string& text, const Replacement& replacement) {
    edit_characters(text,
                    [&](int32_t character, std::string& edited) { append_character(edited, replacement(character)); });
}

}  // namespace fanlight
