#pragma once

#include <QWidget>
#include <optional>

class QCheckBox;
class QLineEdit;

namespace fanlight::ui {

/// The negative prompt of every prompt. Some models tell an empty one from none, and then it can be chosen.
class NegativeField : public QWidget {
    Q_OBJECT

public:
    explicit NegativeField(QWidget* parent = nullptr);

    /// Neither emits a signal. nullopt: there is none.
    void setPrompt(const std::optional<QString>& prompt);
    void setTellsAbsent(bool tells);

Q_SIGNALS:
    /// The prompt, which may be an empty text.
    void edited(const QString& prompt);
    /// There is none.
    void cleared();

private:
    void showEmpty();
    void announce();

    QLineEdit* prompt_;
    QCheckBox* empty_;
};

}  // namespace fanlight::ui
