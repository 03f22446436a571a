#pragma once

#include <QObject>

class QMainWindow;
class QMenu;

namespace fanlight::ui {

class GalleryPane;
class PaneDocks;
class Project;
class PromptsPane;
class RunController;
class RunOpener;

/// The window's menu bar. Parts that have actions of their own give them; the rest is made here.
class WindowMenus : public QObject {
    Q_OBJECT

public:
    /// What the menus act on.
    struct Parts {
        PromptsPane* prompts;
        Project* project;
        RunController* runs;
        RunOpener* opener;
        PaneDocks* docks;
        GalleryPane* gallery;
    };
    WindowMenus(const Parts& parts, QMainWindow* window);

Q_SIGNALS:
    void settingsWanted();

private:
    void makeFileMenu();
    void makeEditMenu();
    void makeRunMenu();
    void makeViewMenu();
    void makeHelpMenu();
    void fillRecent(QMenu* menu);

    const Parts parts_;
    QMainWindow* const window_;
};

}  // namespace fanlight::ui
