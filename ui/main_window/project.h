#pragma once

#include <QObject>
#include <functional>

class QTimer;
class QWidget;

namespace fanlight::ui {

class PromptModel;
class UnsavedPrompts;

/// The prompt list as a file: new, open, save, and nothing lost in between. A file that cannot be read, or written,
/// leaves the list as it is.
class Project : public QObject {
    Q_OBJECT

public:
    Project(PromptModel* model, QWidget* window);

    /// "" before the list has been saved.
    const QString& file() const { return file_; }
    /// For the title bar.
    QString name() const;
    bool isModified() const;

    /// Reads off this thread; of several files the last one counts.
    void load(const QString& file);
    /// Takes up what a window that was killed had not saved; recovered() or problem() follows. false: nothing.
    bool recover();
    /// What is not saved may be lost.
    void forgetChanges();
    void saveTo(const QString& file);

public Q_SLOTS:
    void newProject();
    void open();
    void save() { saveThen({}); }
    void saveAs();

public:
    /// Calls `then` once the list is saved, or may be lost: the user is asked.
    void leaveThen(const std::function<void()>& then);

Q_SIGNALS:
    void nameChanged();
    void recovered();
    void problem(const QString& sentence, const QString& details);

private:
    void saveThen(const std::function<void()>& then);
    void saveTo(const QString& file, const std::function<void()>& then);
    QString askForFile();
    void setFile(const QString& file);
    void keepChanges();

    PromptModel* const model_;
    QWidget* const window_;
    QString file_;
    int loads_ = 0;
    UnsavedPrompts* const unsaved_;
    QTimer* const pause_;  ///< between a change and its being kept
};

}  // namespace fanlight::ui
