#include "ui/parameters/second_prompts_field.h"

#include <QLineEdit>
#include <QVBoxLayout>

#include "ui/models/parameter_labels.h"
#include "ui/parameters/field.h"

namespace fanlight::ui {

SecondPromptsField::SecondPromptsField(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(fieldSpacing);
    const auto add = [&](const char* rule, const QString& shown, const QString& note) {
        auto* line = new QLineEdit;
        line->setPlaceholderText(shown);
        lines_[rule] = line;
        connect(line, &QLineEdit::textEdited, this, [this, rule](const QString& text) { Q_EMIT edited(rule, text); });
        layout->addWidget(new Field(labelOf(rule), line, note));
    };
    add("prompt_2", tr("the prompt"),
        tr("What the second text encoder reads in place of every prompt, without prefix, suffix and styles. A row's "
           "own second prompt replaces this one."));
    add("negative_prompt_2", tr("the negative prompt"),
        tr("What the second text encoder reads in place of the negative prompt."));
}

void SecondPromptsField::setPrompt(const QString& rule, const QString& text) {
    QLineEdit* line = lines_.value(rule);
    if (text != line->text()) line->setText(text);
}

}  // namespace fanlight::ui

#include "moc_second_prompts_field.cpp"
