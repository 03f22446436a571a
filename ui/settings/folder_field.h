#pragma once

#include <QWidget>
#include <functional>

class QLabel;
class QLineEdit;

namespace fanlight::ui {

/// A folder to write into: typed, or chosen in a dialog. One that cannot be written is refused below the field.
class FolderField : public QWidget {
    Q_OBJECT

public:
    explicit FolderField(const QString& name, QWidget* parent = nullptr);

    /// "" if it is left open.
    QString folder() const;
    /// Does not emit edited().
    void setFolder(const QString& folder);
    /// Shown while the field is empty.
    void setDefault(const QString& folder);

    /// Calls `then` if the folder is there, or can be made, and can be written; else says why not. An empty field is
    /// checked by its default. Off this thread: a disk may take long to answer.
    void checkThen(const std::function<void()>& then);

Q_SIGNALS:
    /// By the user, who has finished.
    void edited();

private:
    QLineEdit* path_;
    QLabel* problem_;
    int checks_ = 0;
};

/// Why a run could not write into the folder, which is made if it is missing: one sentence; empty: it could. Any
/// thread.
QString writingProblem(const QString& folder);

}  // namespace fanlight::ui
