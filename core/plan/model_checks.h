#pragma once

#include <string>

#include "core/base/place.h"
#include "core/batch/prompt_row.h"
#include "core/batch/task.h"
#include "core/config/model_catalog.h"

// What a model may be asked for, whoever asks. All throw UsageError.
namespace fanlight {

/// cfg_scale as named in messages: "--cfg-scale" on the command line; the window has no prefix.
std::string shown(const std::string& where, std::string name);

[[noreturn]] void refuse_useless(const ModelCard& card, const std::string& where, std::string name);

void check_negative_prompt(const ModelCard& card, const Overrides& values, const Place& where);

/// Prompts for a second text encoder.
void check_second_prompts(const ModelCard& card, const Overrides& values, const Place& where);

/// What the model is told of a picture besides its prompt.
void check_sizes(const ModelCard& card, const Overrides& values, const Place& where);

/// Between prompt and negative prompt, beside the scale that the network takes as an input.
void check_true_cfg_scale(const ModelCard& card, const Overrides& values, const Place& where);

/// Of the text encoder's last layers.
void check_clip_skip(const ModelCard& card, const Overrides& values, const Place& where);

/// Width and height.
void check_size(const ModelCard& card, const TaskShape& shape, const Place& where);

}  // namespace fanlight
