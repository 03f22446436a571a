#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/text/decoder.h"

namespace fanlight {

/// A step that passes its results to the next one.
class ChainedStep : public DecoderStep {
public:
    explicit ChainedStep(std::unique_ptr<DecoderStep> next) : next_(std::move(next)) {}

    void text(std::string_view part) override { next_->text(part); }
    void end_token() override { next_->end_token(); }
    void finish() override { next_->finish(); }

protected:
    DecoderStep& next() { return *next_; }

    void pass_token(std::string_view token) {
        next_->text(token);
        next_->end_token();
    }

private:
    std::unique_ptr<DecoderStep> next_;
};

/// A step that needs each token as a whole.
class TokenStep : public ChainedStep {
public:
    using ChainedStep::ChainedStep;

    void text(std::string_view part) final { token_ += part; }
    void end_token() final {
        take(token_);
        token_.clear();
    }

protected:
    virtual void take(std::string& token) = 0;

private:
    std::string token_;
};

/// Bytes of byte-level vocabularies to one long token. Broken UTF-8 becomes one U+FFFD for each maximal part that could
/// have begun a character.
std::unique_ptr<DecoderStep> byte_level_step(std::unique_ptr<DecoderStep> next);

/// Runs of tokens like <0x0A> to the text of their bytes, or to one U+FFFD a byte if the run is not valid UTF-8.
std::unique_ptr<DecoderStep> byte_fallback_step(std::unique_ptr<DecoderStep> next);

}  // namespace fanlight
