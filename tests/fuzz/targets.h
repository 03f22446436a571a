#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// What readers are told that the bytes are from.
inline constexpr const char* where = "fuzz.json";

/// A reader of bytes of unknown origin. Whatever they are, `read` either returns or throws Error; it aborts where what
/// was read breaks a promise of the reader. Used by tst_fuzz for seconds in every test run, and by libfuzzer.cpp.
struct FuzzTarget {
    const char* name;
    std::function<void(std::string_view bytes)> read;
    std::vector<std::string> seeds;  ///< inputs that are read without an error, to be changed
};

/// All of them.
std::vector<FuzzTarget> fuzz_targets();
/// Weights and what is written into their files.
std::vector<FuzzTarget> checkpoint_targets();
/// Configs of models, one by one and as whole folders.
std::vector<FuzzTarget> model_targets();
std::vector<FuzzTarget> tokenizer_targets();
/// Prompts and lists of them.
std::vector<FuzzTarget> prompt_targets();
/// Finished images and their texts.
std::vector<FuzzTarget> image_targets();
/// Runs, messages, and what options say of devices.
std::vector<FuzzTarget> run_targets();

/// Aborts with a sentence unless `holds`.
void expect(bool holds, const char* sentence);
void expect_utf8(std::string_view text);

/// Calls all of these readers. Throws the last one's Error if every one refuses.
void read_by_any(const std::vector<std::function<void()>>& readers);

/// The contents of files below tests/golden/data that have this name and are not too large to be changed often.
std::vector<std::string> golden_files(std::string_view name);

/// Calls `read` with a file of these bytes that has this name.
void with_file(std::string_view name, std::string_view bytes,
               const std::function<void(const std::filesystem::path& file)>& read);

/// Calls `read` with a folder of the files that an object holds by their names: {"config.json": {…}, "merges.txt":
/// "a b"}. A string is a file's text, anything else its JSON. Throws Error for names other than `known`.
void with_folder(std::string_view object, const std::vector<std::string>& known,
                 const std::function<void(const std::filesystem::path& folder)>& read);
/// Such an object: those of the known files that a folder has.
std::string folder_seed(const std::filesystem::path& folder, const std::vector<std::string>& known);

}  // namespace fanlight
