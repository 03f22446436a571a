// Fuzzes tokenizer.json, and texts for the tokenizers that it describes, with libFuzzer. Not part of the build:
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. tests/fuzz/fuzz_tokenizer_json.cpp
//       core/text/*.cpp core/base/base64.cpp core/base/json.cpp core/base/text.cpp core/base/file.cpp
//       -licuuc -licui18n -o fuzz_tokenizer_json
//   ./fuzz_tokenizer_json -dict=tests/fuzz/tokenizer_json.dict -max_len=4096 -max_total_time=300

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/text_tokenizer.h"

namespace {

void check_round(const fanlight::TextTokenizer& tokenizer, std::string_view text) {
    const fanlight::Encoding pair = tokenizer.encode_pair(text, "a b", {.read_special_tokens = text.size() % 2 == 0});
    if (pair.ids.size() != pair.type_ids.size()) std::abort();
    for (const bool skip : {false, true})
        if (fanlight::first_invalid_utf8(tokenizer.decode(pair.ids, skip)) != std::string_view::npos) std::abort();
}

}  // namespace

/// The file, a zero byte, a text. Either an Error, or ids with types whose text is valid UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view file = input.substr(0, input.find('\0'));
    try {
        const auto tokenizer =
            fanlight::TextTokenizer::from_tokenizer_json(fanlight::parse_json(file, "fuzz.json"), "fuzz.json");
        check_round(tokenizer, input.substr(file.size()));
        check_round(tokenizer, "It's 2024: na\u00efve \u732b\u304c\U0001F999 e\u0301  x<s>\n");
    } catch (const fanlight::Error&) {  // refused, as most inputs are
    }
    return 0;
}
