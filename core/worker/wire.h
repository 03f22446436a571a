#pragma once

#include <mutex>
#include <optional>

#include "core/base/unique_fd.h"
#include "core/protocol/line_reader.h"

namespace fanlight {

/// The worker's end of the pipe pair. send() may be called from any thread, receive() from one.
class Wire {
public:
    /// Takes over standard input and output for the protocol. Whatever libraries print on standard output goes to
    /// standard error from now on, where it cannot be mistaken for a message.
    static Wire take_standard_streams();

    Wire(UniqueFd in, UniqueFd out) : in_(std::move(in)), out_(std::move(out)) {}

    void send(const protocol::FromWorker& message);

    /// The next message; nullopt at the end of the stream. Throws Error on anything else.
    std::optional<protocol::ToWorker> receive();

private:
    UniqueFd in_, out_;
    std::mutex sending_;
    protocol::LineReader lines_;
};

}  // namespace fanlight
