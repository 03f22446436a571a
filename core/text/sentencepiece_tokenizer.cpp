// A TextTokenizer from a SentencePiece model, with SentencePiece's own results.

#include <algorithm>

#include "core/base/error.h"
#include "core/text/bpe_model.h"
#include "core/text/chars_map.h"
#include "core/text/sentencepiece.h"
#include "core/text/tokenizer_parts.h"
#include "core/text/unigram.h"

namespace fanlight {

namespace {

using Kind = SentencePieceModel::Kind;
using Piece = SentencePieceModel::Piece;
using PieceType = SentencePieceModel::PieceType;

constexpr std::string_view kBlank = "\u2581";

/// Whether a text can be cut into this piece. Others are there for their ids, or are found before the text is cut.
bool is_in_texts(const Piece& piece) { return piece.type == PieceType::Normal || piece.type == PieceType::UserDefined; }

/// 0 for the best score, 1 for the next one, …: equal scores share a rank.
std::vector<int32_t> ranks_of(const std::vector<Piece>& pieces) {
    std::vector<float> scores;
    for (const Piece& piece : pieces) scores.push_back(piece.score);
    std::sort(scores.begin(), scores.end(), std::greater<>());
    scores.erase(std::unique(scores.begin(), scores.end()), scores.end());
    std::vector<int32_t> ranks;
    for (const Piece& piece : pieces) {
        const auto place = std::lower_bound(scores.begin(), scores.end(), piece.score, std::greater<>());
        ranks.push_back(static_cast<int32_t>(place - scores.begin()));
    }
    return ranks;
}

/// SentencePiece joins any neighbours that make a piece, the piece of the best score first: a merge for each way to cut
/// a piece into two.
std::vector<IdMerge> merges_of(const std::vector<Piece>& pieces, const Vocabulary& vocabulary) {
    const std::vector<int32_t> ranks = ranks_of(pieces);
    std::vector<IdMerge> merges;
    for (size_t id = 0; id < pieces.size(); ++id) {
        const std::string_view text = pieces[id].text;
        if (!is_in_texts(pieces[id])) continue;
        for (size_t cut = 1; cut < text.size(); ++cut) {
            const auto left = vocabulary.find(text.substr(0, cut));
            if (left == vocabulary.end()) continue;
            const auto right = vocabulary.find(text.substr(cut));
            if (right == vocabulary.end()) continue;
            merges.push_back({left->second, right->second, ranks[id], static_cast<int32_t>(id)});
        }
    }
    return merges;
}

std::unique_ptr<TokenModel> make_bpe(const SentencePieceModel& model) {
    Vocabulary vocabulary;
    for (size_t id = 0; id < model.pieces.size(); ++id)
        vocabulary.emplace(model.pieces[id].text, static_cast<int32_t>(id));
    std::vector<IdMerge> merges = merges_of(model.pieces, vocabulary);
    BpeModel::Options options;
    options.unknown = static_cast<int32_t>(model.unknown_id);
    options.fuse_unknown = true;
    options.byte_fallback = model.byte_fallback;
    return std::make_unique<BpeModel>(Bpe(std::move(vocabulary), merges), std::move(options));
}

std::unique_ptr<TokenModel> make_unigram(const SentencePieceModel& model, const Place& where) {
    std::vector<Unigram::Piece> pieces;
    for (const Piece& piece : model.pieces) pieces.push_back({piece.text, piece.score, is_in_texts(piece)});
    const Unigram::Options options{.unknown = static_cast<int32_t>(model.unknown_id),
                                   .byte_fallback = model.byte_fallback,
                                   .single_precision = true};
    return std::make_unique<Unigram>(std::move(pieces), options, where);
}

std::unique_ptr<TokenModel> make_model(const SentencePieceModel& model, const Place& where) {
    if (model.kind == Kind::Bpe) return make_bpe(model);
    if (model.kind == Kind::Unigram) return make_unigram(model, where);
    throw Error("%1: this kind of SentencePiece model is not supported; known are unigram and BPE", where);
}

/// No space at the beginning, and one where there are several.
std::string without_extra_spaces(std::string_view text) {
    std::string kept;
    for (const char c : text)
        if (c != ' ' || (!kept.empty() && kept.back() != ' ')) kept += c;
    return kept;
}

std::string escaped_spaces(std::string_view text) {
    std::string escaped;
    for (const char c : text) c == ' ' ? escaped += kBlank : escaped += c;
    return escaped;
}

struct NormalizerSpec {
    CharsMap map;
    bool dummy_prefix, suffix, extra_spaces, escapes;  ///< extra_spaces: they stay
};

/// SentencePiece's order matters: a "▁" that is written at the end of a text goes with the spaces there.
void normalise(const NormalizerSpec& spec, std::string& text) {
    const std::string_view blank = spec.escapes ? kBlank : " ";
    text = spec.map.normalise_longest(text);
    if (!spec.extra_spaces) text = without_extra_spaces(text);
    if (text.empty()) return;
    if (spec.escapes) text = escaped_spaces(text);
    if (spec.dummy_prefix && !spec.suffix) text.insert(0, blank);
    while (!spec.extra_spaces && text.ends_with(blank)) text.erase(text.size() - blank.size());
    if (spec.dummy_prefix && spec.suffix) text += blank;
}

Normalizer make_normalizer(const SentencePieceModel& model, const Place& where) {
    const auto spec = std::make_shared<const NormalizerSpec>(
        NormalizerSpec{CharsMap(model.character_map, where), model.add_dummy_prefix, model.whitespace_is_suffix,
                       !model.remove_extra_whitespaces, model.escape_whitespaces});
    return [spec](std::string& text) { normalise(*spec, text); };
}

Json added_tokens_of(const std::vector<Piece>& pieces) {
    Json tokens = Json::array();
    for (const Piece& piece : pieces) {
        const bool special = piece.type == PieceType::Control || piece.type == PieceType::Unknown;
        if (special || piece.type == PieceType::UserDefined)
            tokens.push_back({{"content", piece.text}, {"special", special}, {"normalized", false}});
    }
    return tokens;
}

Json decoder_of(const SentencePieceModel& model) {
    Json steps = Json::array({{{"type", "Replace"}, {"pattern", {{"String", kBlank}}}, {"content", " "}},
                              {{"type", "ByteFallback"}},
                              {{"type", "Fuse"}}});
    const bool extra = model.remove_extra_whitespaces;
    if ((model.add_dummy_prefix || extra) && !model.whitespace_is_suffix)
        steps.push_back({{"type", "Strip"}, {"content", " "}, {"start", extra ? INT32_MAX : 1}, {"stop", 0}});
    return {{"type", "Sequence"}, {"decoders", steps}};
}

/// Begin and end as the model's tokenizer_config.json says, else as LlamaTokenizer and T5Tokenizer put them.
Json post_processor_of(const SentencePieceModel& model, const Json& config, const Place& where) {
    Json single = Json::array(), pair = Json::array(), special = Json::object();
    const auto add_token = [&](int64_t id, const char* key, bool usual, int64_t type_id) {
        if (!optional_or(config, key, usual, where) || id < 0 || id >= static_cast<int64_t>(model.pieces.size()))
            return;
        const std::string& name = model.pieces[static_cast<size_t>(id)].text;
        special[name] = {{"ids", {id}}};
        const Json piece = {{"SpecialToken", {{"id", name}, {"type_id", type_id}}}};
        if (type_id == 0) single.push_back(piece);
        pair.push_back(piece);
    };
    const auto add_text = [&](const char* name, int64_t type_id) {
        const Json piece = {{"Sequence", {{"id", name}, {"type_id", type_id}}}};
        if (type_id == 0) single.push_back(piece);
        pair.push_back(piece);
    };
    const bool bpe = model.kind == Kind::Bpe;
    for (const int64_t text : {0, 1}) {
        add_token(model.begin_id, "add_bos_token", bpe, text);
        add_text(text == 0 ? "A" : "B", text);
        add_token(model.end_id, "add_eos_token", !bpe, text);
    }
    return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", special}};
}

}  // namespace

TextTokenizer TextTokenizer::from_sentencepiece(const SentencePieceModel& model, const Json& tokenizer_config,
                                                const Place& where) {
    check_sentencepiece(model, where);
    const Json description = {{"added_tokens", added_tokens_of(model.pieces)},
                              {"decoder", decoder_of(model)},
                              {"post_processor", post_processor_of(model, tokenizer_config, where)}};
    auto parts = std::make_shared<Parts>(make_model(model, where), description, where);
    parts->normalizer = make_normalizer(model, where);
    return TextTokenizer(std::move(parts));
}

}  // namespace fanlight
