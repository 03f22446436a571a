#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/json.h"

namespace fanlight {

/// One step from tokens back to text, for one sequence of tokens. Tokens arrive one after the other, each perhaps in
/// several parts (always whole characters); a step passes on what is final and holds back the rest.
class DecoderStep {
public:
    virtual ~DecoderStep() = default;

    virtual void text(std::string_view part) = 0;
    virtual void end_token() = 0;

    /// There are no more tokens.
    virtual void finish() = 0;
};

/// Starts the decoding of a sequence, of which `next` gets the result. Immutable; any thread. It must outlive the steps
/// that it makes.
using Decoder = std::function<std::unique_ptr<DecoderStep>(std::unique_ptr<DecoderStep> next)>;

/// The "decoder" of a tokenizer.json; null puts a space between tokens. Throws Error "WHERE, decoder …: …".
Decoder make_decoder(const Json& decoder, const Place& where);

}  // namespace fanlight
