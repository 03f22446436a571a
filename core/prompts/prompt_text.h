#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "core/base/place.h"
#include "core/batch/list_reading.h"
#include "core/batch/prompt_row.h"
#include "core/prompts/list_mistakes.h"

namespace fanlight {

/// Reads one prompt per line. Blank lines and those starting with # are skipped; a line may consist of options instead
/// (see prompt_options.h), or be a setting for all that follow, as in Dream Factory's lists: !STEPS = 30.
void read_text(std::string_view text, const Place& name, const TakeRow& take, const ListReading& reading,
               ListMistakes& mistakes);

/// Calls `take(line, line_number)` for each line, with any kind of line end.
template <typename Take>
void each_line(std::string_view text, Take take) {
    int64_t number = 1;
    for (size_t at = 0; at < text.size(); ++number) {
        const auto ends = [](char byte) { return byte == '\n' || byte == '\r'; };
        const auto end = static_cast<size_t>(std::find_if(text.begin() + at, text.end(), ends) - text.begin());
        take(text.substr(at, end - at), number);
        at = end + (text.substr(end, 2) == "\r\n" ? 2 : 1);
    }
}

}  // namespace fanlight
