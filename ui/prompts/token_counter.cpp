#include "ui/prompts/token_counter.h"

#include "core/base/error.h"
#include "core/config/embedding_catalog.h"
#include "core/config/program_paths.h"
#include "core/families/families.h"
#include "ui/models/background.h"

namespace fanlight::ui {

namespace {

struct Counted {
    std::shared_ptr<Tokenizer> tokenizer;  ///< null: it cannot be read
    double cfgFloor = 1;
    bool takesNegative = true;
};

Counted countedBy(const std::string& folder) {
    Counted counted;
    try {
        counted.tokenizer = open_tokenizer(folder);
        const ModelPlaces places(resources_folder());
        const ModelCard card = find_model(folder, places);
        counted.cfgFloor = card.traits.cfg_floor;
        counted.takesNegative = card.traits.negative_prompt;
        auto* clip = dynamic_cast<ClipTokenizer*>(counted.tokenizer.get());
        if (clip) clip->learn(counted_embeddings(places, card));
    } catch (const Error&) {  // without embeddings, prompts can be counted, too
    }
    return counted;
}

}  // namespace

void TokenCounter::setModelFolder(const QString& folder) {
    if (folder == folder_) return;
    folder_ = folder;
    tokenizer_.reset();
    takesNegative_ = true;
    cut_.clear();
    Q_EMIT changed();
    if (folder.isEmpty()) return;
    inBackground(
        this, [folder] { return countedBy(folder.toStdString()); },
        [this, folder](Counted counted) {
            if (folder != folder_) return;
            tokenizer_ = std::move(counted.tokenizer);
            cfgFloor_ = counted.cfgFloor;
            takesNegative_ = counted.takesNegative;
            cut_.clear();
            Q_EMIT changed();
        });
}

std::optional<PromptLength> TokenCounter::length(const QString& prompt, const PromptReading& reading, int steps) const {
    if (!tokenizer_) return std::nullopt;
    try {
        const bool isLiteral = reading.emphasis == Emphasis::Literal;
        const QString read = isLiteral ? literalText(prompt, reading) : prompt;
        return prompt_length(*tokenizer_, read.toStdString(), reading.emphasis, steps);
    } catch (const Error&) {  // an embedding that is too long, which a plan refuses
        return std::nullopt;
    }
}

int TokenCounter::cutFrom(const QString& prompt, const PromptReading& reading) const {
    const QString read = literalText(prompt, reading);
    if (const int* known = cut_.object(read)) return *known;
    const auto found = length(read, Emphasis::Literal, 1);
    const int cut = found ? int(found->cut()) : 0;
    cut_.insert(read, new int(cut));
    return cut;
}

bool TokenCounter::readsSyntax() const { return !tokenizer_ || reads_chunks(*tokenizer_); }

}  // namespace fanlight::ui

#include "moc_token_counter.cpp"
