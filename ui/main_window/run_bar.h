#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QProgressBar;
class QPushButton;

namespace fanlight::ui {

/// Generate, pause, cancel, and how far the current run is.
class RunBar : public QWidget {
    Q_OBJECT

public:
    RunBar(QAction* generate, QAction* pause, QAction* cancel, QWidget* parent = nullptr);

    /// What the run controller tells of the current run.
    void showProgress(const QString& text, double part);

private:
    QPushButton* buttonFor(QAction* action);

    QLabel* text_;
    QProgressBar* bar_;
    QList<QPushButton*> running_;  ///< shown while a run is being made
};

}  // namespace fanlight::ui
