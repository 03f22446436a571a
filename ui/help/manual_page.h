#pragma once

#include <QTextBrowser>

namespace fanlight::ui {

/// A page of the manual: Markdown with links between pages and to their headings. It reads from left to right whatever
/// the window's language is, since the manual is in English. Other addresses open in the user's browser.
class ManualPage : public QTextBrowser {
    Q_OBJECT

public:
    /// `folder`: where the pages are.
    explicit ManualPage(const QString& folder, QWidget* parent = nullptr);

    /// "texts.md", or "texts.md#score-texts" to begin at a heading, which is named as GitHub names it.
    void showPage(const QString& page);
    /// Selects the next place with this text, after the last one at the page's beginning. false: there is none.
    bool findText(const QString& text, bool backwards = false);
    /// The same as the user types on: from where the last match begins.
    bool findAsTyped(const QString& text);

protected:
    void doSetSource(const QUrl& link, QTextDocument::ResourceType type) override;
    QVariant loadResource(int type, const QUrl& address) override;
    void changeEvent(QEvent* event) override;

private:
    const QString folder_;
};

}  // namespace fanlight::ui
