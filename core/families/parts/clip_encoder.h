#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/checkpoints/model_files.h"
#include "core/families/parts/clip_config.h"

namespace fanlight {

/// How the models of a family read a text with one of CLIP's text encoders. Where there are several, their hidden
/// states are joined token by token.
struct ClipEncoder {
    std::string component;  ///< "text_encoder"
    std::string tokenizer;  ///< the component: "tokenizer"
    int left_out = 0;       ///< last layers that the hidden states never pass through
    bool normed = true;     ///< the hidden states pass through the final norm
    bool pools = false;     ///< it also reads the text as one vector
    bool projects = true;   ///< that vector is projected
};
using ClipEncoders = std::vector<ClipEncoder>;

/// The numbers of that vector.
inline int64_t pooled_width(const ClipConfig& config, const ClipEncoder& encoder) {
    return encoder.projects ? config.projection : config.width;
}

/// Throws Error naming the file, the key and the range.
ClipConfig clip_config(const ModelFiles& model, const ClipEncoder& encoder);

/// What a network gets to know of a text.
struct TextWidths {
    int64_t tokens = 0;  ///< the longest text that is read at a time
    int64_t hidden = 0;  ///< width of a token
    int64_t pooled = 0;  ///< width of the whole text as one vector; 0: there is none
};

/// Throws Error if the encoders read texts of different lengths.
TextWidths text_widths(const ModelFiles& model, const ClipEncoders& encoders);

}  // namespace fanlight
