#pragma once

#include <QWidget>

class QLabel;
class QListWidget;
class QToolButton;

namespace fanlight::ui {

/// The folders with more models that the user has given, for the window and the command line. They are read when the
/// box is made.
class ModelFoldersBox : public QWidget {
    Q_OBJECT

public:
    explicit ModelFoldersBox(QWidget* parent = nullptr);

    /// Adds the folder to the list, or says below the list why it holds no models.
    void add(const QString& folder);
    void removeSelected();
    /// Writes what has been changed. Returns what went wrong; empty: nothing.
    QString save() const;

private:
    QStringList folders() const;

    QStringList before_;  ///< as read
    QListWidget* list_;
    QToolButton* remove_;
    QLabel* problem_;
};

}  // namespace fanlight::ui
