#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/text/decoder.h"
#include "core/text/post_processor.h"

namespace fanlight {

struct SentencePieceModel;
class TokenModel;

/// The tokenizer of a language model, from text to ids and back. Its results are those of the tokenizers library
/// (huggingface.co/docs/tokenizers) 0.23 on the same tokenizer.json, which is followed as it stands: classes of
/// transformers that build another tokenizer from the same file are no reference. Only characters that are newer than
/// ICU's Unicode may be classed otherwise. "truncation" and "padding" are left to the caller. Immutable, and cheap to
/// copy; any thread.
class TextTokenizer {
public:
    /// Reads FOLDER/tokenizer.json, or else tokenizer.model or spiece.model (SentencePiece). Throws Error in one
    /// sentence that names the file, the part and, if a part is not supported, those that are.
    static TextTokenizer load(const std::filesystem::path& folder);

    /// From the contents of one of these files, wherever they come from; `where` names it in messages. A SentencePiece
    /// model does not say which special tokens surround a text: tokenizer_config.json does, or null for what is usual.
    static TextTokenizer from_tokenizer_json(const Json& tokenizer_json, const Place& where);
    static TextTokenizer from_sentencepiece(const SentencePieceModel& model, const Json& tokenizer_config,
                                            const Place& where);

    /// Around a model of any origin, the other parts as a tokenizer.json describes them.
    static TextTokenizer around(std::unique_ptr<const TokenModel> model, const Json& description, const Place& where);

    struct Options {
        bool add_special_tokens = true;   ///< puts begin and end around the text as the file says
        bool read_special_tokens = true;  ///< false: special tokens that are written in the text stay plain text
    };

    /// Invalid UTF-8 is read as U+FFFD, one for each broken part. Throws Error if the text is longer than 64 MiB, has
    /// characters for which there is no token, not even one for what is unknown, or a regular expression of the file
    /// takes too long.
    std::vector<int64_t> encode(std::string_view text, const Options& options) const;
    std::vector<int64_t> encode(std::string_view text) const { return encode(text, Options{}); }

    /// Two texts at once, with each token's type: which of the texts it belongs to.
    Encoding encode_pair(std::string_view first, std::string_view second, const Options& options) const;
    Encoding encode_pair(std::string_view first, std::string_view second) const {
        return encode_pair(first, second, Options{});
    }

    /// The text of the tokens, valid UTF-8; ids that no token has are left out. Throws Error if it is longer than 64
    /// MiB.
    std::string decode(std::span<const int64_t> ids, bool skip_special_tokens) const;

    std::optional<int64_t> id_of(std::string_view token) const;

    /// The token in the vocabulary's form, with "Ġ" or "▁" for a space; nullopt if no token has this id.
    std::optional<std::string> token_of(int64_t id) const;

    /// How many tokens there are; ids may have gaps.
    size_t size() const;

    /// Ids of special tokens, in order.
    std::vector<int64_t> special_ids() const;

    struct Parts;

private:
    friend class TextStream;

    explicit TextTokenizer(std::shared_ptr<const Parts> parts);

    void encode_text(std::string_view text, bool read_special_tokens, std::vector<int64_t>& ids) const;
    Encoding encode_all(std::span<const std::string_view> texts, const Options& options) const;

    std::shared_ptr<const Parts> parts_;
};

/// The text of tokens that come one by one: what add() and finish() return is, put together, decode() of all of them.
/// What may still change is held back: the first bytes of a character, byte tokens until another token ends their run,
/// blanks that the end of the text would strip. Constant time for each token. One thread.
class TextStream {
public:
    TextStream(TextTokenizer tokenizer, bool skip_special_tokens);

    /// The text that is final now and has not been returned before.
    std::string add(int64_t id);

    /// The rest. Nothing may be added afterwards.
    std::string finish();

private:
    std::string take();

    TextTokenizer tokenizer_;
    bool skip_special_tokens_;
    std::unique_ptr<std::string> text_ = std::make_unique<std::string>();  // at one address, for the last step
    std::unique_ptr<DecoderStep> steps_;
};

}  // namespace fanlight
