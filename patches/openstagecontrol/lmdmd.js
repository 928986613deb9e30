// Asks lmdmd for every value, and again before that wish ends. Made by lmdmd export patches openstagecontrol.
var [host, port] = [].concat(settings.read('send') || '127.0.0.1:9000')[0].split(':')

function ask() {
    send(host, port, '/lmdm/listen', {type: 's', value: '*'}, {type: 'i', value: 60})
}

module.exports = {
    init: function() {
        ask()
        setInterval(ask, 20000)
    },
    stop: function() {
        send(host, port, '/lmdm/ignore', {type: 's', value: '*'})
    }
}
