#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/batch/request.h"

namespace fanlight {

/// Prompts of a run that are not followed to the letter.
struct PromptNote {
    enum class Kind {
        Cut,      ///< literal ones that are longer than the text encoder reads at a time
        Network,  ///< with tags of networks, which have no effect
    };

    Kind kind;
    int64_t rows;              ///< how many rows have such a prompt
    int64_t first_row;         ///< from 0
    std::string example;       ///< of Network: the first tag
    PromptLayout layout = {};  ///< of the first of these rows

    bool operator==(const PromptNote&) const = default;
};

/// What there is to say about these items' prompts, once a run.
std::vector<PromptNote> prompt_notes(const std::vector<Item>& items);

/// In the words of the command line, without a full stop.
Sentence text_of(const PromptNote& note);

}  // namespace fanlight
