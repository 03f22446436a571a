#include "core/text/unigram.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/text/unicode.h"
#include "core/text/vocabulary_files.h"

namespace fanlight {

Unigram::Unigram(std::vector<Piece> pieces, const Options& options, Place where)
    : pieces_(std::move(pieces)), options_(options), where_(std::move(where)) {
    constexpr double unknown_penalty = 10;
    double least = std::numeric_limits<double>::infinity();
    std::vector<ByteTrie::Entry> entries;
    entries.reserve(pieces_.size());
    ids_.reserve(pieces_.size());
    for (size_t i = 0; i < pieces_.size(); ++i) {
        ids_[pieces_[i].text] = static_cast<int32_t>(i);
        if (!pieces_[i].in_texts) continue;
        entries.emplace_back(pieces_[i].text, static_cast<int32_t>(i));
        least = std::min(least, pieces_[i].score);
    }
    trie_ = ByteTrie(std::move(entries));
    unknown_score_ = least - unknown_penalty;
    for (size_t byte = 0; byte < bytes_.size(); ++byte) bytes_[byte] = id_of(byte_token(static_cast<uint8_t>(byte)));
}

std::optional<int32_t> Unigram::id_of(std::string_view token) const {
    const auto found = ids_.find(token);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

const std::string* Unigram::token_of(int64_t id) const {
    return id < 0 || static_cast<size_t>(id) >= pieces_.size() ? nullptr : &pieces_[static_cast<size_t>(id)].text;
}

/// For each place in the word that a token can end at, the last step of the best way there. Of equally good ways the
/// one that was found first stays.
std::vector<Unigram::Step> Unigram::best_steps(std::string_view word) const {
    std::vector<Step> steps(word.size() + 1);
    const auto offer = [&](size_t begin, size_t end, double score, int32_t id) {
        Step& step = steps[end];
        if (options_.single_precision) score = static_cast<float>(score);
        if (step.begin == SIZE_MAX || score > step.score) step = {score, begin, id};
    };
    for (size_t at = 0; at < word.size();) {
        const size_t begin = at;
        next_character(word, at);
        const double score = steps[begin].score;
        bool covered = false;
        trie_.prefixes(word.substr(begin), [&](size_t length, int32_t id) {
            offer(begin, begin + length, pieces_[static_cast<size_t>(id)].score + score, id);
            covered |= begin + length == at;
        });
        if (covered) continue;
        if (!options_.unknown)
            throw Error("%1: the text has a character that the vocabulary lacks, and no unknown token", where_);
        offer(begin, at, unknown_score_ + score, *options_.unknown);
    }
    return steps;
}

void Unigram::append_unknown(std::string_view text, std::vector<int32_t>& ids) const {
    const auto byte_id = [&](char byte) { return bytes_[static_cast<unsigned char>(byte)]; };
    if (const auto id = id_of(text)) return ids.push_back(*id);
    if (options_.byte_fallback &&
        std::all_of(text.begin(), text.end(), [&](char byte) { return byte_id(byte).has_value(); })) {
        for (const char byte : text) ids.push_back(*byte_id(byte));
        return;
    }
    ids.push_back(*options_.unknown);
}

void Unigram::encode_word(std::string_view word, std::vector<int32_t>& ids) const {
    const std::vector<Step> steps = best_steps(word);
    std::vector<size_t> ends;
    for (size_t end = word.size(); end > 0; end = steps[end].begin) ends.push_back(end);
    size_t unknown_begin = SIZE_MAX;  // of the run of unknown characters before `begin`
    for (size_t i = ends.size(); i-- > 0;) {
        const Step& step = steps[ends[i]];
        if (options_.unknown && step.id == *options_.unknown) {
            unknown_begin = std::min(unknown_begin, step.begin);
            continue;
        }
        if (unknown_begin < step.begin) append_unknown(word.substr(unknown_begin, step.begin - unknown_begin), ids);
        unknown_begin = SIZE_MAX;
        ids.push_back(step.id);
    }
    if (unknown_begin < word.size()) append_unknown(word.substr(unknown_begin), ids);
}

namespace {

Unigram::Piece parse_piece(const Json& piece, size_t index, const Place& where) {
    if (!piece.is_array() || piece.size() != 2 || !piece[0].is_string() || !piece[1].is_number())
        throw Error("%1: piece %2 must be [\"text\", score], not %3", where, index, to_line(piece).substr(0, 60));
    Unigram::Piece parsed{piece[0].get<std::string>(), piece[1].get<double>()};
    if (parsed.text.size() > kMaxPieceBytes || !std::isfinite(parsed.score))
        throw Error("%1: piece %2 is longer than %3 bytes, or its score is not a number", where, index, kMaxPieceBytes);
    return parsed;
}

}  // namespace

std::unique_ptr<TokenModel> make_unigram(const Json& model, const Place& where) {
    if (!model.contains("vocab") || !model["vocab"].is_array() || model["vocab"].empty())
        throw Error("%1: \"vocab\" must be a list of pieces with at least one piece", where);
    const Json& vocab = model["vocab"];
    if (vocab.size() > kMaxTokenId) throw Error("%1: \"vocab\" has too many pieces", where);
    std::vector<Unigram::Piece> pieces;
    pieces.reserve(vocab.size());
    for (const Json& piece : vocab) pieces.push_back(parse_piece(piece, pieces.size(), where));
    const auto unknown = optional_or<int64_t>(model, "unk_id", -1, where);
    if (unknown < -1 || unknown >= static_cast<int64_t>(pieces.size()))
        throw Error("%1: \"unk_id\" is %2, but there are %3 pieces", where, unknown, pieces.size());
    Unigram::Options options;
    if (unknown >= 0) options.unknown = static_cast<int32_t>(unknown);
    options.byte_fallback = optional_or(model, "byte_fallback", false, where);
    return std::make_unique<Unigram>(std::move(pieces), options, where);
}

}  // namespace fanlight
