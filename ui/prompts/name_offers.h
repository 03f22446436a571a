#pragma once

#include <QObject>
#include <optional>

class QCompleter;

namespace fanlight::ui {

class OfferedNames;
class PromptEdit;

/// A name that is being typed in a prompt.
struct OpenName {
    bool isLora = false;  ///< in a tag; else a word, which may be an embedding
    int begin = 0;        ///< in the prompt
    QString typed;        ///< so far

    bool operator==(const OpenName&) const = default;
};
/// The one that ends at this position.
std::optional<OpenName> openNameAt(const QString& prompt, int position);

/// Offers names of LoRAs and embeddings while they are typed into a prompt.
class NameOffers : public QObject {
    Q_OBJECT

public:
    NameOffers(PromptEdit* edit, OfferedNames* names);

    /// Something has been typed.
    void offer();
    /// A list of names is open, which takes some keys.
    bool isOpen() const;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void take(const QString& name);

    PromptEdit* const edit_;
    OfferedNames* const names_;
    QCompleter* const completer_;
    OpenName open_;
};

}  // namespace fanlight::ui
