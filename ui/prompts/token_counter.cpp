#include "ui/prompts/token_counter.h"

#include "core/base/error.h"
#include "core/config/embedding_catalog.h"
#include "core/config/program_paths.h"
#include "core/families/families.h"
#include "ui/models/background.h"

namespace fanlight::ui {

namespace {

/// Without any, prompts can be counted, too.
std::shared_ptr<PromptEmbeddings> embeddingsFor(const QString& folder) {
    try {
        const ModelPlaces places(resources_folder());
        return counted_embeddings(places, find_model(folder.toStdString(), places));
    } catch (const Error&) {
        return nullptr;
    }
}

}  // namespace

void TokenCounter::setModelFolder(const QString& folder) {
    if (folder == folder_) return;
    folder_ = folder;
    tokenizer_.reset();
    cut_.clear();
    Q_EMIT changed();
    if (folder.isEmpty()) return;
    const auto load = [folder]() -> std::shared_ptr<const Tokenizer> {
        try {
            std::shared_ptr<Tokenizer> tokenizer = open_tokenizer(folder.toStdString());
            if (auto* clip = dynamic_cast<ClipTokenizer*>(tokenizer.get())) clip->learn(embeddingsFor(folder));
            return tokenizer;
        } catch (const Error&) {
            return nullptr;
        }
    };
    inBackground(this, load, [this, folder](std::shared_ptr<const Tokenizer> tokenizer) {
        if (folder != folder_) return;
        tokenizer_ = std::move(tokenizer);
        cut_.clear();
        Q_EMIT changed();
    });
}

std::optional<PromptLength> TokenCounter::length(const QString& prompt, Emphasis emphasis, int steps) const {
    if (!tokenizer_) return std::nullopt;
    try {
        return prompt_length(*tokenizer_, prompt.toStdString(), emphasis, steps);
    } catch (const Error&) {  // an embedding that is too long, which a plan refuses
        return std::nullopt;
    }
}

int TokenCounter::cutFrom(const QString& prompt) const {
    if (const int* known = cut_.object(prompt)) return *known;
    const auto found = length(prompt, Emphasis::Literal, 1);
    const int cut = found ? int(found->cut()) : 0;
    cut_.insert(prompt, new int(cut));
    return cut;
}

bool TokenCounter::readsSyntax() const { return !tokenizer_ || reads_chunks(*tokenizer_); }

}  // namespace fanlight::ui

#include "moc_token_counter.cpp"
