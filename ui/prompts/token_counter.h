#pragma once

#include <QCache>
#include <QObject>
#include <memory>
#include <optional>

#include "core/families/parts/clip_chunks.h"
#include "ui/prompts/marked_prompt.h"

namespace fanlight::ui {

/// Counts a prompt's tokens with the tokenizer of the chosen model, and the vectors of embeddings that it calls. The
/// vocabulary is read off the GUI thread.
class TokenCounter : public QObject {
    Q_OBJECT

public:
    explicit TokenCounter(QObject* parent = nullptr) : QObject(parent) {}

    /// A model in diffusers' format; without a known, readable tokenizer there is no count.
    void setModelFolder(const QString& folder);

    /// nullopt while the tokenizer is unknown. Begin and end tokens are not counted.
    std::optional<PromptLength> length(const QString& prompt, const PromptReading& reading, int steps) const;
    /// The tokens of a literal prompt that the model does not read; 0 while the tokenizer is unknown.
    int cutFrom(const QString& prompt, const PromptReading& reading = Emphasis::Literal) const;
    /// Whether the model's prompts may have a syntax; others are literal. True while the tokenizer is unknown.
    bool readsSyntax() const;
    /// Whether the model reads negative prompts. True while the model is unknown.
    bool takesNegative() const { return takesNegative_; }
    /// Whether negative prompts have an effect with this cfg_scale and this true_cfg_scale.
    bool guides(double cfgScale, double trueCfgScale) const { return cfgScale > cfgFloor_ || trueCfgScale > 1; }

Q_SIGNALS:
    /// Another tokenizer has been loaded: count again.
    void changed();

private:
    QString folder_;
    std::shared_ptr<const Tokenizer> tokenizer_;
    double cfgFloor_ = 1;
    bool takesNegative_ = true;
    mutable QCache<QString, int> cut_{1000};  ///< by prompt: a table asks for its visible rows again and again
};

}  // namespace fanlight::ui
