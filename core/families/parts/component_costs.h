#pragma once

#include <cstdint>
#include <string>

#include "core/checkpoints/stored_tensors.h"
#include "core/devices/model_description.h"
#include "core/families/parts/autoencoder_tiny_config.h"

namespace fanlight {

/// A number of bytes as an integer. Throws Error for more than any machine has.
int64_t whole_bytes(double bytes);

/// Those of a language model that its first layers and what is before them consist of.
StoredTensors of_first_layers(StoredTensors tensors, int64_t layers);

/// A transformer over `tokens` of each text; two texts per image if guided. Of a language model, without what a text
/// encoder does not load. With packed weights its working memory is also what its largest layer is unpacked into and
/// through.
PartDescription text_encoder_costs(const StoredTensors& tensors, const DescribedShape& shape, int64_t tokens);

/// Whether a text encoder loads the tensor. A language model's vocabulary matrix stays in its file, from which tokens'
/// rows are read; nothing needs its head, or the decoder of T5.
bool is_of_text_encoder(const std::string& key);

/// Bytes of weights that stay in the file's map: they are stored as they are computed with, or packed. `is_used`
/// chooses them by their keys.
int64_t mapped_bytes(const StoredTensors& tensors, const DescribedShape& shape,
                     bool (*is_used)(const std::string& key) = nullptr);

/// The same model with weights that stay packed, of the network's `tensors`: its parameters take the bytes of the file,
/// and each layer works in the memory of what it is unpacked into and through.
void keep_packed(ModelDescription& model, const StoredTensors& tensors);

/// Whether the decoder needs the tensor of diffusers' AutoencoderKL.
bool is_of_decoder(const std::string& key);

/// The decoder of diffusers' AutoencoderKL: `blocks` resolutions, beginning with `latent_pixels`.
PartDescription decoder_costs(const StoredTensors& tensors, const DescribedShape& shape, double latent_pixels,
                              int64_t blocks);

/// The same of diffusers' AutoencoderTiny.
PartDescription tiny_decoder_costs(const StoredTensors& tensors, const DescribedShape& shape, double latent_pixels,
                                   const AutoencoderTinyConfig& config);

}  // namespace fanlight
