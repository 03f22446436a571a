#include <array>
#include <optional>

#include "core/base/text.h"
#include "core/text/byte_level.h"
#include "core/text/decoder_steps.h"
#include "core/text/token_model.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace {

constexpr std::string_view kReplacement = "\uFFFD";

/// The byte of each byte symbol, which are all below U+0144.
std::array<std::optional<char>, 0x144> make_symbol_bytes() {
    std::array<std::optional<char>, 0x144> bytes;
    for (int byte = 0; byte < 256; ++byte) {
        size_t at = 0;
        const int32_t symbol = next_character(byte_symbol(static_cast<uint8_t>(byte)), at);
        bytes[static_cast<size_t>(symbol)] = static_cast<char>(byte);
    }
    return bytes;
}

/// The bytes that a token's symbols stand for; a token with any other character stands for itself.
std::string bytes_of(const std::string& token) {
    static const auto symbol_bytes = make_symbol_bytes();
    std::string bytes;
    for (size_t at = 0; at < token.size();) {
        const auto symbol = static_cast<size_t>(next_character(token, at));
        if (symbol >= symbol_bytes.size() || !symbol_bytes[symbol]) return token;
        bytes += *symbol_bytes[symbol];
    }
    return bytes;
}

class ByteLevelStep : public TokenStep {
public:
    using TokenStep::TokenStep;

    void take(std::string& token) override {
        bytes_ += bytes_of(token);
        const size_t whole = bytes_.size() - unfinished_utf8(bytes_);
        if (whole == 0) return;
        next().text(valid_utf8(std::string_view(bytes_).substr(0, whole)));
        bytes_.erase(0, whole);
    }

    void finish() override {
        next().text(valid_utf8(bytes_));
        next().end_token();
        next().finish();
    }

private:
    std::string bytes_;  ///< the beginning of a character
};

/// The byte of a token like <0x0A>.
std::optional<char> byte_of(std::string_view token) {
    if (token.size() != 6 || !token.starts_with("<0x") || !token.ends_with('>')) return std::nullopt;
    int byte = 0;
    for (const char c : token.substr(3, 2)) {
        const size_t digit = std::string_view("0123456789abcdefABCDEF").find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        byte = byte * 16 + static_cast<int>(digit < 16 ? digit : digit - 6);
    }
    return static_cast<char>(byte);
}

class ByteFallbackStep : public TokenStep {
public:
    using TokenStep::TokenStep;

    void take(std::string& token) override {
        if (const auto byte = byte_of(token)) {
            run_ += *byte;
        } else {
            pass_run();
            pass_token(token);
        }
    }

    void finish() override {
        pass_run();
        next().finish();
    }

private:
    void pass_run() {
        if (run_.empty()) return;
        if (first_invalid_utf8(run_) == std::string_view::npos)
            pass_token(run_);
        else
            for (size_t i = 0; i < run_.size(); ++i) pass_token(kReplacement);
        run_.clear();
    }

    std::string run_;
};

}  // namespace

std::unique_ptr<DecoderStep> byte_level_step(std::unique_ptr<DecoderStep> next) {
    return std::make_unique<ByteLevelStep>(std::move(next));
}

std::unique_ptr<DecoderStep> byte_fallback_step(std::unique_ptr<DecoderStep> next) {
    return std::make_unique<ByteFallbackStep>(std::move(next));
}

}  // namespace fanlight
