#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/families/parts/clip_encoder.h"
#include "core/layers/conditioning.h"
#include "core/pipelines/batch_texts.h"
#include "core/pipelines/clip_reader.h"
#include "core/pipelines/known_texts.h"
#include "core/pipelines/text_encoder.h"

namespace fanlight {

/// How a family of picture models has its prompts read by a language model.
struct LanguageReading {
    std::string component = "text_encoder", tokenizer = "tokenizer";
    std::vector<int64_t> states;   ///< hidden states, numbered as by text_encoder_layers(), laid end to end
    bool with_padding = false;     ///< the network sees the padding's states, too, so all texts are equally long
    bool attends_padding = false;  ///< and so do the other tokens, as if it were text
    /// Reads each text as one vector as well; the language model is the second text encoder then.
    std::optional<ClipEncoder> pooled_by = {};
};

/// Turns texts into the conditioning of a network with a language model. One thread.
class LanguageConditioner {
public:
    /// For a network on the placement's device; `width`: of the text that it attends to; `part`: how its text encoders
    /// work. If texts are kept on disk, the encoder is loaded for the first that is not there. Throws Error naming the
    /// file or the unsupported value.
    LanguageConditioner(const ModelFolder& folder, const Weights::Placement& placement, LanguageReading reading,
                        int64_t width, const Part& part);

    /// A row for each text; without their own padding, shorter ones are filled up and masked. A text of two encoders
    /// has a vector, too.
    Conditioning conditioning_of(const std::vector<RowText>& texts);

    /// Reads these, as many as are remembered, so that a brief encoder is loaded once for what will be asked for one
    /// after the other.
    void read_ahead(const std::set<RowText>& texts);

private:
    Conditioning read(const RowText& text);
    at::Tensor states_of(const std::string& text);
    PaddedTexts tokens_of(const std::string& text) const;
    at::Tensor encoded(const PaddedTexts& tokens);
    const TextEncoder& encoder();
    void leave();

    const LanguageReading reading_;
    const int64_t width_;
    const bool brief_;
    const std::function<void()> make_room_;  ///< for the encoder; null: there is some
    const std::function<TextEncoder()> load_;
    const std::shared_ptr<const Tokenizer> tokenizer_;
    std::optional<TextEncoder> encoder_;  ///< unset: it has left
    std::optional<ClipReader> pooler_;
    KnownTexts known_;
    EncodedTexts encoded_texts_;
};

}  // namespace fanlight
