#include "core/base/error.h"

namespace fanlight {

Error::Error(Sentence sentence, ExitCode code)
    : std::runtime_error(printable_sentence(sentence.text())),
      sentence_(std::make_shared<const Sentence>(std::move(sentence))),
      code_(code) {}

Sentence sentence_of(const std::exception& error) {
    const auto* ours = dynamic_cast<const Error*>(&error);
    return ours ? ours->sentence() : Sentence(std::string(error.what()));
}

}  // namespace fanlight
