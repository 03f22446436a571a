#pragma once

#include <string>
#include <string_view>

namespace fanlight {

// The files of resources/vocabularies, which are embedded in the program.

std::string_view clip_merges();
std::string qwen_merges();        ///< unpacked anew
std::string t5_tokenizer_json();  ///< likewise

}  // namespace fanlight
