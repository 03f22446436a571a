#include "core/worker/loaded_part.h"

#include <ATen/Version.h>

#include "core/weights/accelerator.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

/// All that the numbers of encoded texts depend on besides the encoder and the text.
std::string computing_here(const protocol::Load& load) {
    const std::string device = load.text_device.empty() ? load.device : load.text_device;
    return std::string(FANLIGHT_VERSION) + " " + load.recipe.dtype + " " + name_of_device(device) +
           (device == "cpu" ? " " + at::get_cpu_capability() : "");
}

}  // namespace

Part loaded_part(const protocol::Load& load, std::function<void(const Sentence& note)> tell) {
    Part part{.brief_encoders = load.encoder_stay != EncoderStay::Always,
              .takes_turns = load.encoder_stay == EncoderStay::InTurns};
    if (!load.text_device.empty()) part.text_device = device_named(load.text_device);
    if (!load.cfg_device.empty()) part.cfg_device = device_named(load.cfg_device);
    if (!load.encoded_texts.empty())
        part.encoded_texts = {load.encoded_texts, load.encoders, computing_here(load), std::move(tell)};
    if (load.stage.count == 0) return part;
    part.layers = load.stage.layers;
    part.first = load.stage.index == 0;
    part.last = load.stage.index + 1 == load.stage.count;
    return part;
}

}  // namespace fanlight
