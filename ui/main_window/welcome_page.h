#pragma once

#include <QWidget>

class QLineEdit;

namespace fanlight::ui {

/// Shown at the first start: a prompt that the starter model knows, and one button that makes its picture.
class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);

Q_SIGNALS:
    void accepted(const QString& prompt);
    void skipped();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* makeIdeas();

    QLineEdit* prompt_;
};

}  // namespace fanlight::ui
