#pragma once

#include <QObject>
#include <memory>

namespace fanlight {
class Tokenizer;
}

namespace fanlight::ui {

/// Counts a prompt's tokens with the tokenizer of the chosen model. The vocabulary is read off the GUI thread.
class TokenCounter : public QObject {
    Q_OBJECT

public:
    explicit TokenCounter(QObject* parent = nullptr) : QObject(parent) {}

    /// A model in diffusers' format; without a known, readable tokenizer there is no count.
    void setModelFolder(const QString& folder);

    /// Tokens of the text alone; -1 while unknown.
    int count(const QString& text) const;
    /// The model's maximum, not counting the begin and end tokens.
    int limit() const;

Q_SIGNALS:
    /// Another tokenizer has been loaded: count again.
    void changed();

private:
    QString folder_;
    std::shared_ptr<const Tokenizer> tokenizer_;
};

}  // namespace fanlight::ui
