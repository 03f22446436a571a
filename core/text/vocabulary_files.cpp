#include "core/text/vocabulary_files.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/base/file.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kMaxFileBytes = 64u << 20;

/// "a b": the two tokens that a merge joins.
template <class Where>
std::pair<std::string, std::string> parse_merge(std::string_view line, const Where& where) {
    const size_t blank = line.find(' ');
    if (blank == std::string_view::npos || line.find(' ', blank + 1) != std::string_view::npos)
        throw Error("%1: a merge must be two tokens with one blank between them", where());
    return {std::string(line.substr(0, blank)), std::string(line.substr(blank + 1))};
}

VocabularyFiles from_tokenizer_json(const fs::path& file) {
    VocabularyFiles files;
    files.file = file;
    files.tokenizer_json = read_json_file(file, kMaxFileBytes);
    const std::string where = file.string();
    const Json model = required<Json>(files.tokenizer_json, "model", where);
    const auto type = optional_or<std::string>(model, "type", "BPE", where);
    if (type != "BPE") throw Error("%1: the model is a %2, and only \"BPE\" is known here", where, in_quotes(type));
    files.vocabulary = parse_vocabulary(required<Json>(model, "vocab", where), where);
    files.merges = parse_merges(required<Json>(model, "merges", where), where);
    files.tokenizer_json.erase("model");
    return files;
}

}  // namespace

Vocabulary parse_vocabulary(const Json& tokens, const Place& where) {
    if (!tokens.is_object() || tokens.empty())
        throw Error("%1: the vocabulary must be an object of token: id with at least one token", where);
    Vocabulary vocabulary;
    vocabulary.reserve(tokens.size());
    for (const auto& [token, id] : tokens.items()) {
        if (!id.is_number_unsigned() || id.get<uint64_t>() > kMaxTokenId)
            throw Error("%1: the id of token %2 must be a number from 0 to %3, not %4", where, in_quotes(token),
                        kMaxTokenId, excerpt(to_line(id)));
        vocabulary.emplace(token, id.get<int32_t>());
    }
    return vocabulary;
}

Merges parse_merges(const Json& list, const Place& where) {
    if (!list.is_array()) throw Error("%1: \"merges\" must be a list", where);
    Merges merges;
    merges.reserve(list.size());
    for (const Json& merge : list) {
        const auto place = [&] { return Place(Sentence("%1, merge %2", where, merges.size() + 1)); };
        if (merge.is_string())
            merges.push_back(parse_merge(merge.get_ref<const std::string&>(), place));
        else if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
            merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
        else
            throw Error("%1: a merge must be \"a b\" or [\"a\", \"b\"]", place());
    }
    return merges;
}

Merges parse_merges_txt(std::string_view text, const std::string& file) {
    Merges merges;
    size_t line_number = 0;
    for (std::string_view rest = text; !rest.empty();) {
        std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        ++line_number;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.starts_with("#version")) continue;
        merges.push_back(parse_merge(line, [&] { return Place(file).line(line_number); }));
    }
    return merges;
}

VocabularyFiles read_vocabulary_files(const fs::path& folder) {
    const fs::path tokenizer_json = folder / "tokenizer.json";
    const fs::path vocab_json = folder / "vocab.json";
    std::error_code unreachable;
    if (fs::exists(tokenizer_json, unreachable)) return from_tokenizer_json(tokenizer_json);
    if (!fs::exists(vocab_json, unreachable))
        throw Error("No tokenizer in %1: it needs tokenizer.json, or vocab.json and merges.txt", folder);
    VocabularyFiles files;
    files.file = vocab_json;
    files.vocabulary = parse_vocabulary(read_json_file(vocab_json, kMaxFileBytes), vocab_json.string());
    const fs::path merges_txt = folder / "merges.txt";
    files.merges = parse_merges_txt(read_file(merges_txt, kMaxFileBytes), merges_txt.string());
    return files;
}

}  // namespace fanlight
