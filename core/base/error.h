#pragma once

#include <stdexcept>
#include <string>

#include "core/base/text.h"

namespace fanlight {

/// The program's exit status.
enum class ExitCode { Done = 0, Failed = 1, BadUsage = 2, SomeItemsFailed = 3, Interrupted = 130 };

/// One plain sentence for the user: what is wrong, where (file and line), what to do. It may quote files of unknown
/// origin, and is made fit for a terminal here (printable_sentence()). Thrown where the problem is detected and caught
/// in one place per program; a worker turns it into a `failed` message. Any other exception is a bug, or comes from
/// LibTorch.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& sentence, ExitCode code = ExitCode::Failed)
        : std::runtime_error(printable_sentence(sentence)), code_(code) {}

    ExitCode code() const { return code_; }

private:
    ExitCode code_;
};

/// The user asked for something impossible: a bad option, prompt row or prompt file. Nothing has been started.
class UsageError : public Error {
public:
    explicit UsageError(const std::string& sentence) : Error(sentence, ExitCode::BadUsage) {}
};

}  // namespace fanlight
