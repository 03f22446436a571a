#pragma once

#include <string>

namespace fanlight {

/// How long text encoders are on their device. None changes a pixel; what needs less memory takes more time.
enum class EncoderStay {
    Always,
    WhileReading,  ///< they leave when they have read the texts of a micro-batch, and whatever was read ahead
    InTurns,       ///< besides, the network leaves the device to them while they read
};

/// "always", "while_reading", "in_turns". encoder_stay_named() throws Error listing them.
const std::string& name_of(EncoderStay stay);
EncoderStay encoder_stay_named(const std::string& name);

}  // namespace fanlight
