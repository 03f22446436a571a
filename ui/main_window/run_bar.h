#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QProgressBar;
class QPushButton;

namespace fanlight::ui {

/// Generate, pause, cancel, and the progress of the current run.
class RunBar : public QWidget {
    Q_OBJECT

public:
    RunBar(QAction* generate, QAction* pause, QAction* cancel, QWidget* parent = nullptr);

    /// Shows RunController::progress.
    void showProgress(const QString& text, double fraction);

private:
    QPushButton* buttonFor(QAction* action);

    QLabel* text_;
    QProgressBar* bar_;
    QList<QPushButton*> running_;  ///< shown while there is a current run
};

}  // namespace fanlight::ui
