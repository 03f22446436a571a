// Fuzzes tokenizer.model and spiece.model with libFuzzer. Not part of the build:
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. tests/fuzz/fuzz_sentencepiece.cpp
//       core/text/*.cpp core/base/base64.cpp core/base/json.cpp core/base/text.cpp core/base/file.cpp
//       -licuuc -licui18n -o fuzz_sentencepiece
//   ./fuzz_sentencepiece -max_len=4096 -max_total_time=300 CORPUS tests/golden/data/tokenizers

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/sentencepiece.h"
#include "core/text/text_tokenizer.h"

/// Either an Error, or a tokenizer whose ids have tokens and whose texts are valid UTF-8.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    try {
        const auto model = fanlight::parse_sentencepiece({reinterpret_cast<const char*>(data), size}, "fuzz.model");
        const auto tokenizer =
            fanlight::TextTokenizer::from_sentencepiece(model, {{"add_eos_token", true}}, "fuzz.model");
        const auto ids = tokenizer.encode("It's 2024: na\u00efve \u732b\u304c\U0001F999 e\u0301  x<s> \uFB01\n");
        for (const int64_t id : ids)
            if (!tokenizer.token_of(id)) std::abort();
        if (fanlight::first_invalid_utf8(tokenizer.decode(ids, false)) != std::string_view::npos) std::abort();
    } catch (const fanlight::Error&) {  // refused, as most inputs are
    }
    return 0;
}
