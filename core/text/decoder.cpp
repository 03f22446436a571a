#include "core/text/decoder.h"

#include <array>
#include <utility>

#include "core/base/error.h"
#include "core/text/decoder_steps.h"
#include "core/text/metaspace.h"
#include "core/text/pattern.h"
#include "core/text/tokenizer_part.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace {

using Next = std::unique_ptr<DecoderStep>;

/// A step class as a decoder; `settings` are copied into each step.
template <class Step, class... Settings>
Decoder decoder_of(Settings... settings) {
    return [=](Next next) { return std::make_unique<Step>(std::move(next), settings...); };
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    size_t done = 0, found = from.empty() ? std::string::npos : text.find(from);
    if (found == std::string::npos) return;
    std::string replaced;
    for (; found != std::string::npos; found = text.find(from, done)) {
        replaced.append(text, done, found - done).append(to);
        done = found + from.size();
    }
    text = replaced.append(text, done);
}

/// Without a decoder, tokens are words.
class SpacedStep : public TokenStep {
public:
    using TokenStep::TokenStep;
    void take(std::string& token) override {
        if (!std::exchange(first_, false)) next().text(" ");
        pass_token(token);
    }

private:
    bool first_ = true;
};

class FuseStep : public ChainedStep {
public:
    using ChainedStep::ChainedStep;
    void end_token() override {}
    void finish() override {
        next().end_token();
        next().finish();
    }
};

class ReplaceStep : public TokenStep {
public:
    ReplaceStep(Next next, std::shared_ptr<const Pattern> pattern, std::string content)
        : TokenStep(std::move(next)), pattern_(std::move(pattern)), content_(std::move(content)) {}
    void take(std::string& token) override { pass_token(replace_matches(token, *pattern_, content_)); }

private:
    std::shared_ptr<const Pattern> pattern_;
    std::string content_;
};

/// Removes up to so many of one character at the start and at the end of each token.
class StripStep : public ChainedStep {
public:
    StripStep(Next next, std::string content, size_t start, size_t stop)
        : ChainedStep(std::move(next)), content_(std::move(content)), start_(start), stop_(stop), left_(start) {}

    void text(std::string_view part) override {
        for (; left_ > 0 && part.starts_with(content_); --left_) part.remove_prefix(content_.size());
        if (part.empty()) return;
        left_ = 0;
        if (stop_ == 0) return next().text(part);
        std::string_view kept = part;
        size_t held = 0;
        for (; kept.ends_with(content_) && held < stop_; ++held) kept.remove_suffix(content_.size());
        // What was held back is part of the text after all, unless no other character has come since.
        for (; held_ > 0 && (!kept.empty() || held_ + held > stop_); --held_) next().text(content_);
        next().text(kept);
        held_ += held;
    }

    void end_token() override {
        held_ = 0;
        left_ = start_;
        next().end_token();
    }

private:
    std::string content_;
    size_t start_, stop_;
    size_t left_;      ///< how many more may go at the start of this token
    size_t held_ = 0;  ///< how many have been held back, as they may be at its end
};

class MetaspaceStep : public ChainedStep {
public:
    MetaspaceStep(Next next, std::string replacement, bool prepended)
        : ChainedStep(std::move(next)), replacement_(std::move(replacement)), drops_(prepended) {}

    void text(std::string_view part) override {
        std::string text(part);
        replace_all(text, replacement_, drops_ ? "" : " ");
        next().text(text);
    }

    void end_token() override {
        drops_ = false;
        next().end_token();
    }

private:
    std::string replacement_;
    bool drops_;  ///< only in the first token
};

class WordPieceStep : public TokenStep {
public:
    WordPieceStep(Next next, std::string prefix, bool cleanup)
        : TokenStep(std::move(next)), prefix_(std::move(prefix)), cleanup_(cleanup) {}

    void take(std::string& token) override {
        if (!std::exchange(first_, false)) {
            if (token.starts_with(prefix_))
                token.erase(0, prefix_.size());
            else
                token.insert(0, " ");
        }
        if (cleanup_) clean_up(token);
        pass_token(token);
    }

private:
    /// No space before punctuation and English contractions.
    static void clean_up(std::string& token) {
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 11> rules{{{" .", "."},
                                                                                              {" ?", "?"},
                                                                                              {" !", "!"},
                                                                                              {" ,", ","},
                                                                                              {" ' ", "'"},
                                                                                              {" n't", "n't"},
                                                                                              {" 'm", "'m"},
                                                                                              {" do not", " don't"},
                                                                                              {" 's", "'s"},
                                                                                              {" 've", "'ve"},
                                                                                              {" 're", "'re"}}};
        for (const auto& [from, to] : rules) replace_all(token, from, to);
    }

    std::string prefix_;
    bool cleanup_;
    bool first_ = true;
};

/// The end of a word becomes a space, except in the last token.
class SuffixStep : public TokenStep {
public:
    SuffixStep(Next next, std::string suffix) : TokenStep(std::move(next)), suffix_(std::move(suffix)) {}

    void take(std::string& token) override {
        if (waits_) pass_waiting(" ");
        waiting_ = token;
        waits_ = true;
    }

    void finish() override {
        if (waits_) pass_waiting("");
        next().finish();
    }

private:
    void pass_waiting(std::string_view replacement) {
        replace_all(waiting_, suffix_, replacement);
        pass_token(waiting_);
    }

    std::string suffix_;
    std::string waiting_;
    bool waits_ = false;
};

Decoder make_byte_level(const Json&, const std::string&) { return byte_level_step; }

Decoder make_byte_fallback(const Json&, const std::string&) { return byte_fallback_step; }

Decoder make_fuse(const Json&, const std::string&) { return decoder_of<FuseStep>(); }

Decoder make_replace(const Json& part, const Place& where) {
    return decoder_of<ReplaceStep>(make_pattern(required<Json>(part, "pattern", where), where),
                                   required<std::string>(part, "content", where));
}

Decoder make_strip(const Json& part, const Place& where) {
    const auto content = required<std::string>(part, "content", where);
    const auto start = required<int64_t>(part, "start", where), stop = required<int64_t>(part, "stop", where);
    if (content.empty() || start < 0 || stop < 0)
        throw Error("%1: \"content\" must be a character, and neither \"start\" nor \"stop\" negative", where);
    return decoder_of<StripStep>(content, static_cast<size_t>(start), static_cast<size_t>(stop));
}

Decoder make_metaspace(const Json& part, const Place& where) {
    const Metaspace metaspace = read_metaspace(part, where);
    return decoder_of<MetaspaceStep>(metaspace.replacement, metaspace.prepend != Metaspace::Prepend::Never);
}

Decoder make_word_piece(const Json& part, const Place& where) {
    return decoder_of<WordPieceStep>(optional_or<std::string>(part, "prefix", "##", where),
                                     optional_or(part, "cleanup", true, where));
}

Decoder make_bpe(const Json& part, const Place& where) {
    return decoder_of<SuffixStep>(optional_or<std::string>(part, "suffix", "</w>", where));
}

Decoder make_sequence(const Json& part, const Place& where) {
    std::vector<Decoder> steps;
    for (const Json& step : required<std::vector<Json>>(part, "decoders", where))
        steps.push_back(make_decoder(step, where));
    return [=](Next next) {
        for (size_t i = steps.size(); i-- > 0;) next = steps[i](std::move(next));
        return next;
    };
}

const PartTable<Decoder>& known_decoders() {
    static const PartTable<Decoder> table{
        {"BPEDecoder", make_bpe},       {"ByteFallback", make_byte_fallback},
        {"ByteLevel", make_byte_level}, {"Fuse", make_fuse},
        {"Metaspace", make_metaspace},  {"Replace", make_replace},
        {"Sequence", make_sequence},    {"Strip", make_strip},
        {"WordPiece", make_word_piece},
    };
    return table;
}

}  // namespace

Decoder make_decoder(const Json& decoder, const Place& where) {
    if (decoder.is_null()) return decoder_of<SpacedStep>();
    return make_part(known_decoders(), "decoder", decoder, where);
}

}  // namespace fanlight
