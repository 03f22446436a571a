#pragma once

#include <stdexcept>
#include <string>

namespace fanlight {

/// What the program's exit status says (DESIGN 4.1).
enum class ExitCode { Done = 0, Failed = 1, BadUsage = 2, SomeItemsFailed = 3, Interrupted = 130 };

/// One plain sentence for the user: what is wrong, where (file and line), what to do. Thrown where it is noticed,
/// caught once a program; a worker turns it into a `failed` message. Anything else that is thrown is a defect or
/// LibTorch's.
class Error : public std::runtime_error {
public:
    explicit Error(const std::string& sentence, ExitCode code = ExitCode::Failed)
        : std::runtime_error(sentence), code_(code) {}

    ExitCode code() const { return code_; }

private:
    ExitCode code_;
};

/// The user asked for something that cannot be: a bad option, row or file of prompts. Nothing has been started.
class UsageError : public Error {
public:
    explicit UsageError(const std::string& sentence) : Error(sentence, ExitCode::BadUsage) {}
};

}  // namespace fanlight
