#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "core/base/sentence.h"
#include "core/base/text.h"

namespace fanlight {

/// The program's exit status.
enum class ExitCode { Done = 0, Failed = 1, BadUsage = 2, SomeItemsFailed = 3, Interrupted = 130 };

/// One plain sentence for the user: what is wrong, where (file and line), what to do. It may quote files of unknown
/// origin, and what() is fit for a terminal (printable_sentence()). Thrown where the problem is detected and caught
/// in one place per program; a worker turns it into a `failed` message. Any other exception is a bug, or comes from
/// LibTorch.
class Error : public std::runtime_error {
public:
    template <typename... Parts>
    explicit Error(SentencePattern<std::type_identity_t<Parts>...> pattern, const Parts&... parts)
        : Error(Sentence(pattern, parts...)) {}
    explicit Error(Sentence sentence, ExitCode code = ExitCode::Failed);

    const Sentence& sentence() const { return *sentence_; }
    ExitCode code() const { return code_; }

private:
    std::shared_ptr<const Sentence> sentence_;  ///< shared, as copying an exception must not throw
    ExitCode code_;
};

/// The user asked for something impossible: a bad option, prompt row or prompt file. Nothing has been started.
class UsageError : public Error {
public:
    template <typename... Parts>
    explicit UsageError(SentencePattern<std::type_identity_t<Parts>...> pattern, const Parts&... parts)
        : UsageError(Sentence(pattern, parts...)) {}
    explicit UsageError(Sentence sentence) : Error(std::move(sentence), ExitCode::BadUsage) {}
};

/// What an exception says: the sentence of an Error, else the words of a library, which no window can translate.
Sentence sentence_of(const std::exception& error);

}  // namespace fanlight
