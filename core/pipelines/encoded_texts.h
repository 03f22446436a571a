#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <string>

#include "core/base/bounded_folder.h"
#include "core/pipelines/encoded_texts_place.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// What one text encoder has made of texts, on disk, for other runs and workers: the same bytes that it would make
/// again. Nothing is kept of an encoder whose hash is not known. Files may be anything: a damaged one is removed, and
/// its text encoded again. One thread.
class EncodedTexts {
public:
    static constexpr int64_t max_bytes = int64_t{8} << 30;  ///< of all on this machine

    /// Keeps nothing.
    EncodedTexts() = default;

    /// `reading`: how the texts are read, in whatever words.
    EncodedTexts(const EncodedTextsPlace& place, const ModelFolder& folder, const std::string& component,
                 const std::string& reading);

    explicit operator bool() const { return folder_.has_value(); }

    /// `text`: its tokens, and all else that only this one depends on, as any bytes. On the CPU, of this dtype and
    /// shape; undefined: it is not there.
    at::Tensor find(const std::string& text, at::ScalarType dtype, at::IntArrayRef shape);

    /// Waits for its device.
    void keep(const std::string& text, const at::Tensor& encoded);

private:
    std::string key_of(const std::string& text) const;
    void drop_damaged(const std::string& key);

    std::optional<BoundedFolder> folder_;
    std::string identity_;  ///< of the encoder and whatever computes it
    std::function<void(const Sentence& note)> tell_;
    bool told_ = false;
};

}  // namespace fanlight
