#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// A reader of bytes of unknown origin. Whatever they are, `read` either returns or throws Error; it aborts where what
/// was read breaks a promise of the reader. Used by tst_fuzz for seconds in every test run, and by libfuzzer.cpp.
struct FuzzTarget {
    const char* name;
    std::function<void(std::string_view bytes)> read;
    std::vector<std::string> seeds;  ///< inputs that are read without an error, to be changed
};

/// Weights, tokenizers and configs of models.
std::vector<FuzzTarget> model_targets();

/// Prompts, images, runs and messages.
std::vector<FuzzTarget> run_targets();

/// Aborts with a sentence unless `holds`.
void expect(bool holds, const char* sentence);

/// The contents of files below tests/golden/data that have this name and are not too large to be changed often.
std::vector<std::string> golden_files(std::string_view name);

}  // namespace fanlight
