#include "ui/prompts/token_counter.h"

#include "core/base/error.h"
#include "core/families/families.h"
#include "ui/models/background.h"

namespace fanlight::ui {

void TokenCounter::setModelFolder(const QString& folder) {
    if (folder == folder_) return;
    folder_ = folder;
    tokenizer_.reset();
    Q_EMIT changed();
    if (folder.isEmpty()) return;
    const auto load = [folder]() -> std::shared_ptr<const Tokenizer> {
        try {
            return open_tokenizer(folder.toStdString());
        } catch (const Error&) {
            return nullptr;
        }
    };
    inBackground(this, load, [this, folder](std::shared_ptr<const Tokenizer> tokenizer) {
        if (folder != folder_) return;
        tokenizer_ = std::move(tokenizer);
        Q_EMIT changed();
    });
}

int TokenCounter::count(const QString& text) const {
    return tokenizer_ ? int(tokenizer_->encode(text.toStdString()).text_tokens) : -1;
}

int TokenCounter::limit() const { return tokenizer_ ? int(tokenizer_->max_length()) - 2 : 0; }

}  // namespace fanlight::ui

#include "moc_token_counter.cpp"
