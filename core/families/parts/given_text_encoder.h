#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "core/checkpoints/model_files.h"
#include "core/families/parts/clip_encoder.h"

namespace fanlight {

/// Reads text encoders of CLIP's kind to be used in place of those of the model, `encoders`: transformers' folder, or a
/// file under transformers' or OpenCLIP's names; a whole checkpoint of Stable Diffusion is one, too, and may hold
/// two. Whose place one takes is told by its width and, where the model has two of that, by whether it reads a text as
/// one vector. A layer more than the model's own has is left out. Throws Error naming the file, what it is or lacks,
/// and what to choose instead.
std::vector<OtherComponent> read_given_text_encoders(const ModelFiles& model, const ClipEncoders& encoders,
                                                     const std::filesystem::path& path);

/// The same for a model with one such encoder, which its file may lack: then any that reads texts as `width` numbers
/// takes its place. `advice`: what to choose instead.
std::vector<OtherComponent> read_given_clip(const ModelFiles& model, const ClipEncoder& encoder,
                                            const std::filesystem::path& path, int64_t width, const Sentence& advice);

}  // namespace fanlight
