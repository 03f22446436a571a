#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/families/parts/clip_chunks.h"
#include "core/families/parts/clip_encoder.h"
#include "core/models/clip_text_model.h"
#include "core/pipelines/batch_texts.h"
#include "core/pipelines/known_texts.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// One of CLIP's text encoders with its tokenizer. Readers may share what is known of texts. One thread.
class ClipReader {
public:
    /// For a network on the placement's device. A brief encoder, or one whose texts are kept on disk (see Part), is
    /// loaded when it has something to read, and not before. Throws Error naming the file or the unsupported value.
    ClipReader(const ModelFolder& folder, const Weights::Placement& placement, const ClipEncoder& encoder,
               const Part& part);

    const ClipTokenizer& tokenizer() const { return tokenizer_; }

    /// The whole text, in one chunk if it is literal, else in as many as it takes. As one vector, if the encoder pools,
    /// it is the first chunk, as in A1111 and ComfyUI.
    ClipText read(const RowText& text, KnownTexts& known) const;

    /// The hidden states, and behind them as many of an empty text's chunks as make so many tokens.
    at::Tensor filled_up(const at::Tensor& hidden, int64_t tokens, int clip_skip, KnownTexts& known) const;

    /// Takes the encoder off its device, until there is something to read again.
    void leave() const { model_.reset(); }

private:
    const CLIPTextModel& model() const;
    ClipText read_literal(const RowText& text, KnownTexts& known) const;
    ClipText read_chunk(const ClipChunk& chunk, const RowText& text, bool pools, KnownTexts& known) const;
    /// What `read` makes of tokens, or has made of them before; `key`: what else it depends on.
    ClipText remembered(const std::string& key, const std::vector<int64_t>& ids, const std::vector<int64_t>& mask,
                        bool pools, KnownTexts& known, const std::function<ClipText()>& read) const;
    ClipText encode(const std::vector<int64_t>& ids, const std::vector<int64_t>& mask, int clip_skip,
                    std::optional<int64_t> pooled_at) const;

    ClipEncoder encoder_;
    ClipConfig config_;
    std::shared_ptr<Tokenizer> owned_tokenizer_;
    const ClipTokenizer& tokenizer_;
    std::function<void()> make_room_;  ///< for the encoder; null: there is some
    std::function<CLIPTextModel()> load_;
    mutable std::optional<CLIPTextModel> model_;  ///< unset: it has left
    at::Device device_;                           ///< of the encoder
    mutable EncodedTexts encoded_texts_;
};

}  // namespace fanlight
