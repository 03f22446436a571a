#pragma once

#include <QObject>
#include <memory>

namespace fanlight {
class Tokenizer;
}

namespace fanlight::ui {

/// Counts the tokens of a prompt as the chosen model's tokenizer cuts it. The vocabulary is read off the GUI thread.
class TokenCounter : public QObject {
    Q_OBJECT

public:
    explicit TokenCounter(QObject* parent = nullptr) : QObject(parent) {}

    /// A model in diffusers' format; one whose tokenizer is not known or cannot be read has no count.
    void setModelFolder(const QString& folder);

    /// Tokens of the text alone; -1 while nothing can be said.
    int count(const QString& text) const;
    /// How many the model takes, without begin and end.
    int limit() const;

Q_SIGNALS:
    /// Another tokenizer has been read: count anew.
    void changed();

private:
    QString folder_;
    std::shared_ptr<const Tokenizer> tokenizer_;
};

}  // namespace fanlight::ui
